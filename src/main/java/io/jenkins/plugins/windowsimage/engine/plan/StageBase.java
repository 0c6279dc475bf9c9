package io.jenkins.plugins.windowsimage.engine.plan;

/** What a stage starts from. */
public sealed interface StageBase {

    /** Nothing: {@code FROM scratch}. */
    record Scratch() implements StageBase {
        @Override
        public String toString() {
            return "scratch";
        }
    }

    /** An image. */
    record Image(ImageSource source) implements StageBase {
        @Override
        public String toString() {
            return source.toString();
        }
    }

    /**
     * An earlier stage.
     *
     * @param index of the stage
     * @param name it is called by
     */
    record Stage(int index, String name) implements StageBase {
        @Override
        public String toString() {
            return name;
        }
    }
}
