// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Compiles many small trees, each by itself, in one JVM: `CompileEach CLASSPATH FOLDER...` puts the
 * classes of FOLDER/src into FOLDER/out.
 */
public final class CompileEach {
  private CompileEach() {}

  public static void main(String[] arguments) throws IOException {
    for (int i = 1; i < arguments.length; i++) {
      Path folder = Paths.get(arguments[i]);
      List<String> command = new ArrayList<>(Arrays.asList("--release", "8", "-Xlint:-options",
          "-cp", arguments[0], "-d", folder.resolve("out").toString()));
      try (Stream<Path> files = Files.walk(folder.resolve("src"))) {
        command.addAll(files.map(Path::toString)
                           .filter(name -> name.endsWith(".java"))
                           .collect(Collectors.toList()));
      }
      String[] all = command.toArray(new String[0]);
      if (ToolProvider.getSystemJavaCompiler().run(null, null, null, all) != 0) System.exit(1);
    }
  }
}
