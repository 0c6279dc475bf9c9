package io.jenkins.plugins.windowsimage.engine.plan;

import io.jenkins.plugins.windowsimage.engine.dockerfile.ExpansionException;
import io.jenkins.plugins.windowsimage.engine.dockerfile.GoQuote;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Heredoc;
import io.jenkins.plugins.windowsimage.engine.dockerfile.IgnoreFile;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Instruction;
import io.jenkins.plugins.windowsimage.engine.dockerfile.LintRule;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Lints;
import io.jenkins.plugins.windowsimage.engine.dockerfile.ShellWords;
import io.jenkins.plugins.windowsimage.engine.dockerfile.Source;
import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Plans COPY and ADD. */
final class CopyPlanner {
    private static final Pattern OCTAL = Pattern.compile("0*[0-7]{1,4}");
    private static final Pattern SYMBOLIC =
            Pattern.compile("[ugoa]*([-+=][rwxXstugo]*)+(,[ugoa]*([-+=][rwxXstugo]*)+)*");

    private final StageState state;
    private final IgnoreFile ignore;
    private final Lints lints;

    CopyPlanner(StageState state, IgnoreFile ignore, Lints lints) {
        this.state = state;
        this.ignore = ignore;
        this.lints = lints;
    }

    Step.Copy plan(Instruction.Copy copy, FileOrigin origin) throws InstructionException, ExpansionException {
        Source source = copy.source();
        Request request = new Request(
                copy, false, copy.from(), origin, expand(source, copy.chown()), expand(source, copy.chmod()), "",
                copy.parents(), copy.link(), copy.excludes(), null);
        return plan(request, expand(source, copy.files()));
    }

    Step.Copy plan(Instruction.Add add) throws InstructionException, ExpansionException {
        Source source = add.source();
        Request request = new Request(
                add, true, "", new FileOrigin.BuildContext(), expand(source, add.chown()), expand(source, add.chmod()),
                expand(source, add.checksum()), false, add.link(), add.excludes(), add.unpack());
        return plan(request, expand(source, add.files()));
    }

    /** What COPY and ADD have in common, expanded. */
    private record Request(
            Instruction instruction,
            boolean add,
            String from,
            FileOrigin origin,
            String chown,
            String chmod,
            String checksum,
            boolean parents,
            boolean link,
            List<String> excludes,
            Boolean unpack) {
        Source source() {
            return instruction.source();
        }
    }

    private String expand(Source source, String word) throws ExpansionException {
        return state.expand(source, word).text();
    }

    private Instruction.Files expand(Source source, Instruction.Files files) throws ExpansionException {
        List<String> paths = new ArrayList<>();
        for (String path : files.paths()) {
            paths.add(expand(source, path));
        }
        String destination = expand(source, files.destination());
        List<Heredoc> documents = new ArrayList<>();
        for (Heredoc document : files.documents()) {
            String text = document.text();
            String content = document.expand()
                    ? state.expand(ShellWords.inHeredoc(), source, text).text()
                    : text;
            documents.add(new Heredoc(document.name(), content, document.expand(), false));
        }
        return new Instruction.Files(paths, documents, destination);
    }

    private Step.Copy plan(Request request, Instruction.Files files) throws InstructionException {
        String destination;
        try {
            destination = state.paths.destination(state.workingDirectory, files.destination());
        } catch (ImagePaths.InvalidPathException e) {
            throw new InstructionException("removing drive letter: " + e.getMessage());
        }
        checkMode(request.chmod);
        checkChecksum(request, files.paths());
        warn(request);
        List<CopySource> sources = new ArrayList<>();
        for (String path : files.paths()) {
            sources.add(source(request, path));
        }
        for (Heredoc document : files.documents()) {
            try {
                state.paths.resolve("/", document.name(), false);
            } catch (ImagePaths.InvalidPathException e) {
                throw new InstructionException("removing drive letter: " + e.getMessage());
            }
            sources.add(new CopySource.Document(document.name(), document.content()));
        }
        String shown = state.shown(state.words(), request.source().text(), Map.of());
        StepInfo info = state.info(
                request.instruction, state.names.next(shown, state.trigger), createdBy(request, files), true);
        boolean unpack = request.unpack == null ? request.add : request.unpack;
        return new Step.Copy(
                info,
                request.add,
                request.from,
                request.origin,
                sources,
                state.paths.shown(destination),
                destination.endsWith("/") || destination.endsWith("/."),
                emptyToNull(request.chown),
                emptyToNull(request.chmod),
                request.excludes,
                request.parents,
                request.link,
                unpack,
                Boolean.TRUE.equals(request.unpack));
    }

    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String createdBy(Request request, Instruction.Files files) {
        StringBuilder text = new StringBuilder(request.add ? "ADD" : "COPY");
        text.append(request.parents ? " --parents" : "");
        text.append(request.chown.isEmpty() ? "" : " --chown=" + request.chown);
        text.append(request.chmod.isEmpty() ? "" : " --chmod=" + request.chmod);
        files.paths().forEach(path -> text.append(' ').append(path));
        files.documents().forEach(document -> text.append(" <<").append(document.name()));
        return text.append(' ').append(files.destination()).append(" # buildkit").toString();
    }

    private static void checkMode(String mode) throws InstructionException {
        if (mode.isEmpty() || SYMBOLIC.matcher(mode).matches() || OCTAL.matcher(mode).matches()) {
            return;
        }
        throw new InstructionException("invalid chmod parameter: '" + mode + "'"
                + (Character.isDigit(mode.charAt(0))
                        ? ". it should be octal string and between 0 and 07777"
                        : ": invalid syntax; write octal digits or a mode such as u=rwX,go=rX"));
    }

    private static void checkChecksum(Request request, List<String> paths) throws InstructionException {
        if (request.checksum.isEmpty()) {
            return;
        }
        if (paths.size() != 1) {
            throw new InstructionException("checksum can't be specified for multiple sources");
        }
        if (!RemoteSource.isUrl(paths.get(0)) && !RemoteSource.isGit(paths.get(0))) {
            throw new InstructionException("checksum requires HTTP(S) or Git sources");
        }
    }

    private void warn(Request request) {
        if (request.link) {
            lints.report(
                    LintRule.COPY_LINK,
                    request.source(),
                    "--link changes nothing here: every COPY is already a layer of its own");
        }
    }

    private CopySource source(Request request, String text) throws InstructionException {
        if (RemoteSource.isGit(text)) {
            throw new InstructionException(request.add
                    ? "ADD of a Git repository is not supported: " + text
                            + "; clone it into the build context before the build"
                    : "source can't be a git ref for COPY");
        }
        if (RemoteSource.isUrl(text)) {
            if (!request.add) {
                throw new InstructionException("source can't be a URL for COPY");
            }
            return new CopySource.Url(text, RemoteSource.fileName(text), digest(request.checksum));
        }
        warnOfIgnored(request, text);
        return files(request, text);
    }

    private static Digest digest(String checksum) throws InstructionException {
        if (checksum.isEmpty()) {
            return null;
        }
        try {
            return Digest.parse(checksum);
        } catch (IllegalArgumentException e) {
            throw new InstructionException("invalid checksum digest format: " + GoQuote.quote(checksum)
                    + " is not sha256: and 64 hexadecimal digits");
        }
    }

    private CopySource files(Request request, String text) throws InstructionException {
        try {
            if (!request.parents) {
                return new CopySource.Files(text, state.paths.resolve("/", text, false), null);
            }
            // "/./" marks the directory from which on the parents are kept.
            String slashes = state.isWindows() ? text.replace('\\', '/') : text;
            int pivot = slashes.indexOf("/./");
            String root = pivot < 0 ? "/" : slashes.substring(0, pivot);
            String pattern = pivot < 0 ? slashes : slashes.substring(pivot + 3);
            return new CopySource.Files(
                    text,
                    state.paths.resolve("/", root, false),
                    state.paths.resolve("/", pattern, false).substring(1));
        } catch (ImagePaths.InvalidPathException e) {
            throw new InstructionException("removing drive letter: removing drive letter: " + e.getMessage());
        }
    }

    private void warnOfIgnored(Request request, String text) {
        if (!(request.origin instanceof FileOrigin.BuildContext) || ignore.isEmpty() || ignore.hasExceptions()) {
            return;
        }
        String path = ImagePaths.clean(text.replace('\\', '/'));
        boolean root = path.equals(".") || path.equals("/");
        if (root ? ignore.excludesEverything() : ignore.excludes(path.startsWith("/") ? path.substring(1) : path)) {
            lints.report(
                    LintRule.COPY_IGNORED_FILE,
                    request.source(),
                    "Attempting to " + (request.add ? "Add" : "Copy") + " file " + GoQuote.quote(path)
                            + " that is excluded by .dockerignore");
        }
    }
}
