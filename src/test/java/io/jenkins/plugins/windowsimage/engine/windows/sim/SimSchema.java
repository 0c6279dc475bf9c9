package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a document must look like: unknown, missing and mistyped fields are refused, as the service does it. Immutable. */
abstract class SimSchema {
    private static final ObjectMapper JSON = new ObjectMapper();

    static final SimSchema STRING = of("a string", JsonNode::isTextual);
    static final SimSchema BOOLEAN = of("true or false", JsonNode::isBoolean);
    static final SimSchema INTEGER = of("an integer", JsonNode::isIntegralNumber);
    static final SimSchema GUID = of("a bare lower-case GUID",
            node -> node.isTextual() && node.asText().matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));

    private interface Test {
        boolean accepts(JsonNode node);
    }

    /** A document that is refused. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** Reads a document. */
    JsonNode read(String document) throws Refused {
        JsonNode node;
        try {
            node = JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw new Refused("not JSON: " + e.getOriginalMessage());
        }
        check(node, "$");
        return node;
    }

    abstract void check(JsonNode node, String path) throws Refused;

    private static SimSchema of(String what, Test test) {
        return new SimSchema() {
            @Override
            void check(JsonNode node, String path) throws Refused {
                if (!test.accepts(node)) {
                    throw new Refused(path + " is not " + what);
                }
            }
        };
    }

    /** A string or number of which only some values are allowed. */
    static SimSchema oneOf(Object... values) {
        return of("one of the values that are allowed", node -> {
            for (Object value : values) {
                if (node.asText().equals(value.toString())) {
                    return true;
                }
            }
            return false;
        });
    }

    static SimSchema arrayOf(SimSchema element) {
        return new SimSchema() {
            @Override
            void check(JsonNode node, String path) throws Refused {
                if (!node.isArray()) {
                    throw new Refused(path + " is not an array");
                }
                for (int i = 0; i < node.size(); i++) {
                    element.check(node.get(i), path + "[" + i + "]");
                }
            }
        };
    }

    static SimSchema mapOf(SimSchema value) {
        return new SimSchema() {
            @Override
            void check(JsonNode node, String path) throws Refused {
                if (!node.isObject()) {
                    throw new Refused(path + " is not an object");
                }
                for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
                    String name = names.next();
                    value.check(node.get(name), path + "." + name);
                }
            }
        };
    }

    static ObjectSchema object() {
        return new ObjectSchema();
    }

    /** An object with known fields. */
    static final class ObjectSchema extends SimSchema {
        private final Map<String, SimSchema> fields = new LinkedHashMap<>();
        private final Map<String, SimSchema> required = new LinkedHashMap<>();

        ObjectSchema required(String name, SimSchema type) {
            fields.put(name, type);
            required.put(name, type);
            return this;
        }

        ObjectSchema optional(String name, SimSchema type) {
            fields.put(name, type);
            return this;
        }

        @Override
        void check(JsonNode node, String path) throws Refused {
            if (!node.isObject()) {
                throw new Refused(path + " is not an object");
            }
            for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                SimSchema type = fields.get(name);
                if (type == null) {
                    throw new Refused(path + "." + name + " is not a known field");
                }
                type.check(node.get(name), path + "." + name);
            }
            for (String name : required.keySet()) {
                if (!node.has(name)) {
                    throw new Refused(path + "." + name + " is missing");
                }
            }
        }
    }
}
