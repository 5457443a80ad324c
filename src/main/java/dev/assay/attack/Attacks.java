package dev.assay.attack;

import static java.util.Map.entry;

import dev.assay.InvalidDataException;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** Every attack: a class, and a row here. */
public final class Attacks {
    private static final Map<String, Function<Options, Attack>> BY_ID =
            Map.ofEntries(entry(BadNets.ID, BadNets::of), entry(Blended.ID, Blended::of), entry(Sig.ID, Sig::of));

    private Attacks() {}

    /**
     * Reads an attack, as in {@code badnets}, {@code badnets:target=0,size=3,color=white,at=bottom-right,rate=0.1},
     * {@code blended:alpha=0.2} or {@code sig:delta=40,frequency=6}. Options left out are the attack's
     * {@code Config.DEFAULTS}.
     *
     * @throws InvalidDataException if there is no such attack or option, or a value makes no sense
     */
    public static Attack parse(String text) {
        int colon = text.indexOf(':');
        String id = colon < 0 ? text : text.substring(0, colon);
        Function<Options, Attack> attack = BY_ID.get(id);
        if (attack == null) {
            throw new InvalidDataException(
                    "attack '%s': expected one of %s, with options as in badnets:target=0,rate=0.1"
                            .formatted(text, String.join(", ", new TreeSet<>(BY_ID.keySet()))));
        }
        try {
            Options options = Options.parse(colon < 0 ? "" : text.substring(colon + 1));
            Attack read = attack.apply(options);
            options.requireNoneLeft();
            return read;
        } catch (InvalidDataException e) {
            throw new InvalidDataException("attack '%s': %s".formatted(text, e.getMessage()), e);
        }
    }
}
