package io.jenkins.plugins.windowsimage.engine.windows.sim;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Memory that functions give to their callers, who free it the right way and once. Thread-safe. */
final class SimMemory {
    /** How a caller frees. */
    enum Kind {
        LOCAL("LocalFree"),
        TASK("CoTaskMemFree"),
        MIB("FreeMibTable");

        private final String function;

        Kind(String function) {
            this.function = function;
        }
    }

    private record Block(Kind kind, Memory memory, String content) {}

    private final Map<Long, Block> blocks = new HashMap<>();
    private final List<String> misuses = new ArrayList<>();

    /** A string that the caller frees. */
    synchronized Pointer string(Kind kind, String text) {
        return keep(kind, utf16(text), text);
    }

    /** Any memory that the caller frees. */
    synchronized Pointer keep(Kind kind, Memory memory, String content) {
        blocks.put(Pointer.nativeValue(memory), new Block(kind, memory, content));
        return memory;
    }

    /** A NUL-terminated string in memory that lives as long as the object. */
    static Memory utf16(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_16LE);
        Memory memory = new Memory(bytes.length + 2L);
        memory.write(0, bytes, 0, bytes.length);
        memory.setShort(bytes.length, (short) 0);
        return memory;
    }

    synchronized void free(Kind kind, Pointer address) {
        if (address == null) {
            return;
        }
        Block block = blocks.remove(Pointer.nativeValue(address));
        if (block == null) {
            misuses.add(kind.function + " of what was not allocated or freed before");
        } else if (block.kind != kind) {
            misuses.add(kind.function + " of what " + block.kind.function + " frees: " + block.content);
        }
    }

    /** Misuses, and memory that was not freed. */
    synchronized List<String> problems() {
        List<String> problems = new ArrayList<>(misuses);
        blocks.values().forEach(block -> problems.add("not freed with " + block.kind.function + ": " + block.content));
        return problems;
    }
}
