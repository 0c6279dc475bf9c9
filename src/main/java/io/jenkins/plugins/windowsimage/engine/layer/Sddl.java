package io.jenkins.plugins.windowsimage.engine.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the Security Descriptor Definition Language (MS-DTYP 2.5.1) without object and conditional entries. */
final class Sddl {
    private static final Pattern PART = Pattern.compile("([OGDS]):((?:(?![OGDS]:)[^(])*)((?:\\([^()]*\\))*)");
    private static final Pattern ENTRY = Pattern.compile("\\(([^()]*)\\)");

    private static final Map<String, String> SIDS = Map.ofEntries(
            Map.entry("AC", "S-1-15-2-1"), Map.entry("AN", "S-1-5-7"), Map.entry("AU", "S-1-5-11"),
            Map.entry("BA", "S-1-5-32-544"), Map.entry("BG", "S-1-5-32-546"), Map.entry("BO", "S-1-5-32-551"),
            Map.entry("BU", "S-1-5-32-545"), Map.entry("CG", "S-1-3-1"), Map.entry("CO", "S-1-3-0"),
            Map.entry("HI", "S-1-16-12288"), Map.entry("IU", "S-1-5-4"), Map.entry("LS", "S-1-5-19"),
            Map.entry("LW", "S-1-16-4096"), Map.entry("ME", "S-1-16-8192"), Map.entry("NS", "S-1-5-20"),
            Map.entry("NU", "S-1-5-2"), Map.entry("OW", "S-1-3-4"), Map.entry("PS", "S-1-5-10"),
            Map.entry("PU", "S-1-5-32-547"), Map.entry("RC", "S-1-5-12"), Map.entry("SI", "S-1-16-16384"),
            Map.entry("SU", "S-1-5-6"), Map.entry("SY", "S-1-5-18"), Map.entry("WD", "S-1-1-0"));
    private static final Map<String, Integer> TYPES = Map.of("A", 0, "D", 1, "AU", 2, "ML", 0x11);
    private static final Map<String, Integer> FLAGS = Map.of(
            "OI", 1, "CI", 2, "NP", 4, "IO", 8, "ID", 0x10, "SA", 0x40, "FA", 0x80);
    private static final Map<String, Integer> RIGHTS = rights();
    private static final Map<String, Integer> DACL_CONTROL = Map.of("P", 0x1000, "AR", 0x100, "AI", 0x400);
    private static final Map<String, Integer> SACL_CONTROL = Map.of("P", 0x2000, "AR", 0x200, "AI", 0x800);

    private final String text;

    private Sddl(String text) {
        this.text = text;
    }

    static SecurityDescriptor parse(String text) {
        return new Sddl(text).parse();
    }

    private SecurityDescriptor parse() {
        Sid owner = null;
        Sid group = null;
        List<Ace> dacl = null;
        List<Ace> sacl = null;
        int control = 0;
        Matcher part = PART.matcher(text);
        int end = 0;
        while (part.find() && part.start() == end) {
            end = part.end();
            switch (part.group(1)) {
                case "O" -> owner = sid(part.group(2));
                case "G" -> group = sid(part.group(2));
                case "D" -> {
                    control |= codes(part.group(2), DACL_CONTROL);
                    dacl = entries(part.group(3));
                }
                default -> {
                    control |= codes(part.group(2), SACL_CONTROL);
                    sacl = entries(part.group(3));
                }
            }
        }
        if (end != text.length()) {
            throw invalid(text.substring(end));
        }
        return SecurityDescriptor.build(control, owner, group, sacl, dacl);
    }

    private List<Ace> entries(String list) {
        List<Ace> entries = new ArrayList<>();
        Matcher entry = ENTRY.matcher(list);
        while (entry.find()) {
            String[] fields = entry.group(1).split(";", -1);
            if (fields.length != 6 || !TYPES.containsKey(fields[0]) || !(fields[3] + fields[4]).isEmpty()) {
                throw invalid(entry.group());
            }
            entries.add(new Ace(TYPES.get(fields[0]), codes(fields[1], FLAGS), mask(fields[2]), sid(fields[5])));
        }
        return entries;
    }

    private int mask(String field) {
        try {
            if (field.startsWith("0x")) {
                return Integer.parseUnsignedInt(field.substring(2), 16);
            }
            if (!field.isEmpty() && Character.isDigit(field.charAt(0))) {
                return Integer.parseUnsignedInt(field);
            }
        } catch (NumberFormatException e) {
            throw invalid(field);
        }
        return codes(field, RIGHTS);
    }

    /** Adds up codes that stand side by side without separators; the first that fits wins, longest first. */
    private int codes(String field, Map<String, Integer> meaning) {
        int sum = 0;
        int at = 0;
        while (at < field.length()) {
            int length = at + 2 <= field.length() && meaning.containsKey(field.substring(at, at + 2)) ? 2 : 1;
            Integer value = meaning.get(field.substring(at, at + length));
            if (value == null) {
                throw invalid(field);
            }
            sum |= value;
            at += length;
        }
        return sum;
    }

    private Sid sid(String field) {
        try {
            return Sid.parse(SIDS.getOrDefault(field, field));
        } catch (IllegalArgumentException e) {
            throw invalid(field);
        }
    }

    private IllegalArgumentException invalid(String piece) {
        return new IllegalArgumentException("not a security descriptor: \"" + text + "\" at \"" + piece + "\"");
    }

    private static Map<String, Integer> rights() {
        Map<String, Integer> rights = new HashMap<>(Map.of(
                "GA", 0x10000000, "GX", 0x20000000, "GW", 0x40000000, "GR", 0x80000000,
                "RC", 0x20000, "SD", 0x10000, "WD", 0x40000, "WO", 0x80000));
        rights.putAll(Map.of("CC", 1, "DC", 2, "LC", 4, "SW", 8, "RP", 0x10, "WP", 0x20, "DT", 0x40, "LO", 0x80, "CR", 0x100));
        rights.putAll(Map.of("FA", 0x1F01FF, "FR", 0x120089, "FW", 0x120116, "FX", 0x1200A0));
        rights.putAll(Map.of("KA", 0xF003F, "KR", 0x20019, "KW", 0x20006, "KX", 0x20019, "NW", 1, "NR", 2, "NX", 4));
        return rights;
    }
}
