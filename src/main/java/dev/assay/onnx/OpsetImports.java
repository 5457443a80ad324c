package dev.assay.onnx;

import dev.assay.ir.Node;
import dev.assay.onnx.proto.OperatorSetIdProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code opset_import} to and from a map; its {@code rest} keeps each domain as the file spells it. */
final class OpsetImports {
    private OpsetImports() {}

    /** The one spelling of a domain that {@code dev.assay.ir} uses. */
    static String canonical(String domain) {
        return domain.equals("ai.onnx") ? Node.ONNX : domain;
    }

    static Map<String, Long> decode(List<OperatorSetIdProto> imports, Place place) {
        Map<String, Long> opsets = new LinkedHashMap<>();
        for (OperatorSetIdProto proto : imports) {
            long version = proto.getVersion();
            if (version < 1) {
                throw place.invalid("the opset of domain '%s' must be at least 1, got %d", proto.getDomain(), version);
            }
            Long other = opsets.put(canonical(proto.getDomain()), version);
            if (other != null && other != version) {
                throw place.invalid(
                        "domain '%s' must have one opset, got %d and %d", proto.getDomain(), other, version);
            }
        }
        return opsets;
    }

    static List<OperatorSetIdProto> rest(List<OperatorSetIdProto> imports) {
        return imports.stream()
                .map(proto -> proto.toBuilder().clearVersion().build())
                .toList();
    }

    static List<OperatorSetIdProto> encode(Map<String, Long> opsets, List<OperatorSetIdProto> rest) {
        Map<String, Long> left = new LinkedHashMap<>(opsets);
        List<OperatorSetIdProto> imports = new ArrayList<>();
        for (OperatorSetIdProto proto : rest) {
            String domain = canonical(proto.getDomain());
            Long version = opsets.get(domain);
            if (version != null) {
                imports.add(proto.toBuilder().setVersion(version).build());
                left.remove(domain);
            }
        }
        left.forEach((domain, version) -> imports.add(OperatorSetIdProto.newBuilder()
                .setDomain(domain)
                .setVersion(version)
                .build()));
        return imports;
    }
}
