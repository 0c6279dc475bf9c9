package io.jenkins.plugins.windowsimage.engine.windows.network;

import java.util.Set;

/** Codes of the network service that decide what is done next. Source: winerror.h. */
final class HcnError {
    private static final int NETWORK_NOT_FOUND = 0x803B0001;
    private static final int ENDPOINT_NOT_FOUND = 0x803B0002;
    private static final int NETWORK_ALREADY_EXISTS = 0x803B0010;
    private static final int OBJECT_ALREADY_EXISTS = 0x80071392;
    private static final int ELEMENT_NOT_FOUND = 0x80070490;

    private static final Set<Integer> GONE = Set.of(NETWORK_NOT_FOUND, ENDPOINT_NOT_FOUND, ELEMENT_NOT_FOUND);

    private HcnError() {}

    static boolean isGone(int result) {
        return GONE.contains(result);
    }

    static boolean isAlreadyThere(int result) {
        return result == NETWORK_ALREADY_EXISTS || result == OBJECT_ALREADY_EXISTS;
    }
}
