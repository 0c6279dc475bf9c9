package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.build.BuildOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code --secret} as buildx does: without src= and env=, the id is a variable or else a file. */
final class SecretOption {
    private SecretOption() {}

    static Map<String, BuildOptions.Secret> parse(List<String> texts, Map<String, String> environment) {
        Map<String, BuildOptions.Secret> secrets = new LinkedHashMap<>();
        for (String text : texts) {
            KeyValues spec = KeyValues.parse("--secret", text, "id", "src", "source", "env", "type");
            String id = spec.require("id");
            secrets.put(id, secret(text, id, spec, environment));
        }
        return secrets;
    }

    private static BuildOptions.Secret secret(String text, String id, KeyValues spec, Map<String, String> environment) {
        String file = spec.get("src") != null ? spec.get("src") : spec.get("source");
        String variable = spec.get("env");
        String type = spec.get("type");
        if (type != null && !type.equals("file") && !type.equals("env")) {
            throw spec.unknown("type", "file or env");
        }
        if (file != null && variable != null || variable != null && "file".equals(type)) {
            throw Usage.error("--secret " + text + " names a file and a variable; give one of src= and env=");
        }
        if (file != null && "env".equals(type)) {
            variable = file;
            file = null;
        }
        if (file == null && variable == null) {
            boolean isFile = "file".equals(type) || (type == null && !environment.containsKey(id));
            return isFile ? ofFile(id, id) : ofVariable(id, id, environment);
        }
        return file != null ? ofFile(id, file) : ofVariable(id, variable, environment);
    }

    private static BuildOptions.Secret ofFile(String id, String file) {
        Path path = Path.of(file);
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            String also = file.equals(id) ? ", and no variable of that name" : "";
            throw Usage.error("the secret \"" + id + "\" cannot be read: there is no readable file " + file + also);
        }
        return new BuildOptions.Secret(path, null);
    }

    private static BuildOptions.Secret ofVariable(String id, String variable, Map<String, String> environment) {
        if (!environment.containsKey(variable)) {
            throw Usage.error("the secret \"" + id + "\" cannot be read: the variable " + variable + " is not set");
        }
        return new BuildOptions.Secret(null, variable);
    }
}
