package dev.assay.data.signs;

import static dev.assay.data.signs.Outline.disc;
import static dev.assay.data.signs.Outline.mirrored;
import static dev.assay.data.signs.Outline.placed;

import java.awt.Shape;
import java.util.List;

/** Every kind of sign, by label: the classes of the set. */
final class SignTable {
    static final List<Sign> SIGNS = List.of(
            limit("20"),
            limit("30"),
            limit("50"),
            limit("60"),
            limit("70"),
            limit("80"),
            limit("100"),
            limit("120"),
            Sign.of("end of limit 60", Plate.END, word("60", 0.95, Ink.GREY), Layer.of(Pictograms.SLASHES, Ink.BLACK)),
            Sign.of("end of restrictions", Plate.END, Layer.of(Pictograms.SLASHES, Ink.BLACK)),
            Sign.of(
                    "no overtaking",
                    Plate.PROHIBITION,
                    Layer.of(placed(Pictograms.CAR, 0.3, -0.33, 0.02), Ink.RED),
                    Layer.of(placed(Pictograms.CAR, 0.3, 0.33, 0.02), Ink.BLACK)),
            banned("no trucks", Pictograms.TRUCK),
            banned("no bicycles", Pictograms.BICYCLE),
            banned("no pedestrians", Pictograms.PEDESTRIAN),
            banned("no right turn", Pictograms.TURN_RIGHT, Layer.of(Pictograms.BAN, Ink.RED)),
            banned("no left turn", mirrored(Pictograms.TURN_RIGHT), Layer.of(mirrored(Pictograms.BAN), Ink.RED)),
            Sign.of("no vehicles", Plate.PROHIBITION),
            Sign.of("no entry", Plate.NO_ENTRY, Layer.of(Pictograms.BAR, Ink.WHITE)),
            Sign.of("yield", Plate.YIELD),
            Sign.of("stop", Plate.STOP, word("STOP", 0.62, Ink.WHITE)),
            Sign.of("priority road", Plate.PRIORITY),
            Sign.of(
                    "end of priority road",
                    Plate.PRIORITY,
                    Layer.of(placed(Pictograms.SLASHES, 0.75, 0, 0), Ink.BLACK)),
            warning("danger", Pictograms.EXCLAMATION),
            warning("bend to the right", Pictograms.BEND_RIGHT),
            warning("bend to the left", mirrored(Pictograms.BEND_RIGHT)),
            warning("crossroads", Pictograms.CROSSROADS),
            warning("road narrows", Pictograms.NARROWS),
            warning("bumps", Pictograms.BUMPS),
            Sign.of(
                    "traffic lights",
                    Plate.WARNING,
                    light(-0.22, Ink.RED),
                    light(0.14, Ink.YELLOW),
                    light(0.5, Ink.GREEN)),
            warning("children", Pictograms.PEDESTRIAN),
            warning("bicycles", Pictograms.BICYCLE),
            warning("deer", Pictograms.DEER),
            warning("snow", Pictograms.SNOW),
            warning("level crossing", Pictograms.FENCE),
            mandatory("turn right", Pictograms.TURN_RIGHT),
            mandatory("turn left", mirrored(Pictograms.TURN_RIGHT)),
            mandatory("ahead only", Pictograms.AHEAD),
            mandatory("ahead or right", Pictograms.AHEAD_OR_RIGHT),
            mandatory("ahead or left", mirrored(Pictograms.AHEAD_OR_RIGHT)),
            mandatory("keep right", Pictograms.KEEP_RIGHT),
            mandatory("roundabout", Pictograms.ROUNDABOUT),
            Sign.of("parking", Plate.INFORMATION, word("P", 1.3, Ink.WHITE)),
            Sign.of(
                    "pedestrian crossing",
                    Plate.INFORMATION,
                    Layer.of(placed(Outline.regular(3, 0.95, 0), 1, 0, 0.2), Ink.WHITE),
                    Layer.of(placed(Pictograms.PEDESTRIAN, 0.42, 0, 0.17), Ink.BLACK)));

    private SignTable() {}

    private static Sign limit(String number) {
        return Sign.of("limit " + number, Plate.PROHIBITION, word(number, number.length() > 2 ? 0.7 : 0.92, Ink.BLACK));
    }

    private static Sign banned(String name, Shape pictogram, Layer... over) {
        Layer[] layers = new Layer[over.length + 1];
        layers[0] = Layer.of(placed(pictogram, 0.56, 0, 0), Ink.BLACK);
        System.arraycopy(over, 0, layers, 1, over.length);
        return Sign.of(name, Plate.PROHIBITION, layers);
    }

    private static Sign warning(String name, Shape pictogram) {
        return Sign.of(name, Plate.WARNING, Layer.of(placed(pictogram, 0.45, 0, 0.26), Ink.BLACK));
    }

    private static Sign mandatory(String name, Shape pictogram) {
        return Sign.of(name, Plate.MANDATORY, Layer.of(placed(pictogram, 0.68, 0, 0), Ink.WHITE));
    }

    private static Layer word(String word, double height, Ink ink) {
        return Layer.of(Glyphs.word(word, height), ink);
    }

    private static Layer light(double y, Ink ink) {
        return Layer.of(placed(disc(0.17), 1, 0, y), ink);
    }
}
