package io.jenkins.plugins.windowsimage.engine.attest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes registry hives: a key with its values and subkeys, and the file around the root key. */
public final class HiveBytes {
    private final String name;
    private final int layering;
    private final List<HiveBytes> keys = new ArrayList<>();
    private final List<Value> values = new ArrayList<>();

    private record Value(String name, int type, byte[] data, boolean deleted) {}

    private HiveBytes(String name, int layering) {
        this.name = name;
        this.layering = layering;
    }

    public static HiveBytes root() {
        return new HiveBytes("ROOT", 0);
    }

    /** The subkey at this path, made if it is not there. */
    public HiveBytes key(String path) {
        HiveBytes key = this;
        for (String part : path.split("\\\\")) {
            key = key.child(part, 0);
        }
        return key;
    }

    /** @param semantics 1 deletes, 2 replaces the values, 3 replaces everything */
    public HiveBytes child(String part, int semantics) {
        for (HiveBytes key : keys) {
            if (key.name.equals(part)) {
                return key;
            }
        }
        HiveBytes key = new HiveBytes(part, semantics);
        keys.add(key);
        return key;
    }

    public HiveBytes text(String valueName, String text) {
        values.add(new Value(valueName, 1, (text + "\0").getBytes(StandardCharsets.UTF_16LE), false));
        return this;
    }

    public HiveBytes number(String valueName, int number) {
        byte[] data = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
        values.add(new Value(valueName, 4, data, false));
        return this;
    }

    public HiveBytes deleted(String valueName) {
        values.add(new Value(valueName, 0, new byte[0], true));
        return this;
    }

    /** The hive with this key as its root. */
    public byte[] toBytes() {
        Cells cells = new Cells();
        int root = write(cells, -1);
        return cells.file(root);
    }

    private int write(Cells cells, int parent) {
        boolean ascii = StandardCharsets.US_ASCII.newEncoder().canEncode(name);
        byte[] nameBytes = name.getBytes(ascii ? StandardCharsets.US_ASCII : StandardCharsets.UTF_16LE);
        int offset = cells.reserve(76 + nameBytes.length);
        ByteBuffer key = cells.at(offset);
        key.put((byte) 'n').put((byte) 'k').putShort((short) ((ascii ? 0x20 : 0) | (parent < 0 ? 0x0C : 0)));
        key.putLong(0x01D8_0000_0000_0000L).put((byte) 0).put((byte) layering).putShort((short) 0);
        key.putInt(parent).putInt(keys.size()).putInt(0);
        int lists = key.position();
        key.putInt(-1).putInt(-1).putInt(values.size()).putInt(-1).putInt(-1).putInt(-1);
        key.putInt(0).putInt(0).putInt(0).putInt(0).putInt(0);
        key.putShort((short) nameBytes.length).putShort((short) 0).put(nameBytes);
        int keyList = keys.isEmpty() ? -1 : writeKeys(cells, offset);
        int valueList = values.isEmpty() ? -1 : writeValues(cells);
        cells.patch(offset, lists, keyList);
        cells.patch(offset, lists + 12, valueList);
        return offset;
    }

    /** Two keys are an "lh" list; more are an "ri" list of an "li" and an "lf" list. */
    private int writeKeys(Cells cells, int self) {
        List<Integer> offsets = new ArrayList<>();
        keys.forEach(key -> offsets.add(key.write(cells, self)));
        if (offsets.size() <= 2) {
            return list(cells, "lh", offsets, 8);
        }
        int half = offsets.size() / 2;
        return list(cells, "ri", List.of(
                list(cells, "li", offsets.subList(0, half), 4),
                list(cells, "lf", offsets.subList(half, offsets.size()), 8)), 4);
    }

    private static int list(Cells cells, String kind, List<Integer> offsets, int step) {
        int offset = cells.reserve(4 + step * offsets.size());
        ByteBuffer list = cells.at(offset);
        list.put(kind.getBytes(StandardCharsets.US_ASCII)).putShort((short) offsets.size());
        for (int entry : offsets) {
            list.putInt(entry);
            if (step == 8) {
                list.putInt(0);
            }
        }
        return offset;
    }

    private int writeValues(Cells cells) {
        List<Integer> offsets = new ArrayList<>();
        for (Value value : values) {
            boolean inPlace = value.data().length <= 4;
            int data = 0;
            if (!inPlace) {
                data = cells.reserve(value.data().length);
                cells.at(data).put(value.data());
            }
            byte[] nameBytes = value.name().getBytes(StandardCharsets.US_ASCII);
            int offset = cells.reserve(20 + nameBytes.length);
            ByteBuffer cell = cells.at(offset);
            cell.put((byte) 'v').put((byte) 'k').putShort((short) nameBytes.length);
            cell.putInt(value.data().length | (inPlace ? 0x8000_0000 : 0));
            if (inPlace) {
                cell.put(java.util.Arrays.copyOf(value.data(), 4));
            } else {
                cell.putInt(data);
            }
            cell.putInt(value.type()).putShort((short) (value.deleted() ? 3 : 1)).putShort((short) 0).put(nameBytes);
            offsets.add(offset);
        }
        int list = cells.reserve(4 * offsets.size());
        ByteBuffer cell = cells.at(list);
        offsets.forEach(cell::putInt);
        return list;
    }

    /** The cells of one large hive bin. */
    private static final class Cells {
        private static final int BIN_HEADER = 32;
        private byte[] bytes = new byte[1 << 16];
        private int end = BIN_HEADER;

        int reserve(int length) {
            int offset = end;
            int size = length + 4 + 7 & ~7;
            end += size;
            while (end > bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, 2 * bytes.length);
            }
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, -size);
            return offset;
        }

        ByteBuffer at(int offset) {
            return ByteBuffer.wrap(bytes, offset + 4, bytes.length - offset - 4).slice().order(ByteOrder.LITTLE_ENDIAN);
        }

        void patch(int cell, int position, int value) {
            at(cell).putInt(position, value);
        }

        byte[] file(int root) {
            int length = end + 4095 & ~4095;
            ByteBuffer bin = ByteBuffer.wrap(java.util.Arrays.copyOf(bytes, length)).order(ByteOrder.LITTLE_ENDIAN);
            bin.put(0, "hbin".getBytes(StandardCharsets.US_ASCII)).putInt(4, 0).putInt(8, length);
            if (length > end) {
                bin.putInt(end, length - end);
            }
            ByteBuffer header = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
            header.put(0, "regf".getBytes(StandardCharsets.US_ASCII)).putInt(4, 1).putInt(8, 1);
            header.putInt(20, 1).putInt(24, 5).putInt(32, 1).putInt(36, root).putInt(40, length).putInt(44, 1);
            int sum = 0;
            for (int i = 0; i < 508; i += 4) {
                sum ^= header.getInt(i);
            }
            header.putInt(508, sum);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            file.writeBytes(header.array());
            file.writeBytes(bin.array());
            return file.toByteArray();
        }
    }
}
