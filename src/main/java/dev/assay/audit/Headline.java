package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Gradient;
import dev.assay.audit.Measured.Status;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.quant.Scheme;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the defenses say of the float model, which is all that an audit before quantizing would have said, beside what they
 * say of what is deployed, with the cause where these differ. The known trigger has no part in it.
 */
final class Headline {
    /** What all defenses of a deployment say together; the first of several counts. */
    private enum Answer {
        BACKDOOR("there is a backdoor"),
        UNKNOWN("cannot tell"),
        NONE("no backdoor");

        private final String words;

        Answer(String words) {
            this.words = words;
        }

        static Stream<Answer> of(Decision decision) {
            return switch (decision) {
                case DETECTED -> Stream.of(BACKDOOR);
                case INCONCLUSIVE, ERROR -> Stream.of(UNKNOWN);
                case NOT_DETECTED -> Stream.of(NONE);
                case NOT_APPLICABLE -> Stream.empty();
            };
        }
    }

    private final List<Finding> findings;

    private Headline(List<Finding> findings) {
        this.findings = findings;
    }

    /** Returns two sentences, or null where no defense judged the float model, or nothing else is deployed. */
    static @Nullable String of(List<Measured> measured, List<Finding> findings) {
        List<Deployment> all = measured.stream()
                .filter(one -> one.status() != Status.NOT_APPLICABLE)
                .map(Measured::deployment)
                .toList();
        List<Deployment> deployed = all.stream().filter(one -> !isFloat(one)).toList();
        Optional<Answer> answer = all.stream()
                .filter(Headline::isFloat)
                .flatMap(Headline::answers)
                .min(Answer::compareTo);
        return answer.isEmpty() || deployed.isEmpty()
                ? null
                : "The FP32 audit says: %s. What you deploy says %s."
                        .formatted(answer.get().words, new Headline(findings).beside(answer.get(), deployed));
    }

    private static boolean isFloat(Deployment deployment) {
        return deployment.scheme().equals(Scheme.FP32.id());
    }

    private static Stream<Answer> answers(Deployment deployment) {
        return deployment.defenses().stream().map(DefenseResult::decision).flatMap(Answer::of);
    }

    /** A deployment that no defense could judge says nothing. */
    private static Answer answer(Deployment deployment) {
        return answers(deployment).min(Answer::compareTo).orElse(Answer.UNKNOWN);
    }

    private String beside(Answer floatAnswer, List<Deployment> deployed) {
        String same = deployed.stream()
                .filter(one -> answer(one) == floatAnswer)
                .map(Deployment::id)
                .collect(Collectors.joining(", "));
        String others = deployed.stream()
                .filter(one -> answer(one) != floatAnswer)
                .map(one -> "%s on %s%s".formatted(answer(one).words, one.id(), cause(one)))
                .collect(Collectors.joining("; "));
        if (others.isEmpty()) {
            return "the same";
        }
        return same.isEmpty() ? "otherwise: " + others : "the same on %s, but %s".formatted(same, others);
    }

    /** Why a deployment says what it says, in parentheses: the first of these that is known. */
    private String cause(Deployment deployment) {
        Stream<Optional<String>> known = answer(deployment) == Answer.BACKDOOR
                ? Stream.of(reason(deployment))
                : Stream.of(
                        Optional.ofNullable(deployment.error()),
                        triggerOfAnother(deployment),
                        gradientDefect(deployment),
                        reason(deployment));
        return known.flatMap(Optional::stream)
                .findFirst()
                .map(" (%s)"::formatted)
                .orElse("");
    }

    private static Optional<String> gradientDefect(Deployment deployment) {
        Gradient gradient = deployment.gradient();
        return gradient == null ? Optional.empty() : Optional.ofNullable(gradient.defect());
    }

    private Optional<String> triggerOfAnother(Deployment deployment) {
        return findings.stream()
                .filter(finding -> deployment.id().equals(finding.deployment()))
                .flatMap(finding -> switch (finding.id()) {
                    case TriggerTransferCheck.HIDDEN -> Stream.of("hidden there: a trigger found elsewhere works");
                    case TriggerTransferCheck.ASLEEP ->
                        Stream.of("asleep or weaker there: a trigger found elsewhere mostly fails");
                    default -> Stream.<String>empty();
                })
                .findFirst();
    }

    private static Optional<String> reason(Deployment deployment) {
        return deployment.defenses().stream()
                .filter(defense -> Answer.of(defense.decision()).anyMatch(answer(deployment)::equals))
                .filter(defense -> defense.reason() != null)
                .map(defense -> defense.id() + ": " + defense.reason())
                .findFirst();
    }
}
