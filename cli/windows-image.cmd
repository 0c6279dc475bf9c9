@echo off
rem Starts the command line; builds its jar first when there is none.
rem WINDOWS_IMAGE_JAVA_OPTS adds options for the Java virtual machine.
setlocal
set "HERE=%~dp0"
set "JAR=%HERE%target\windows-image.jar"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if not exist "%JAR%" (
  echo windows-image: building %JAR% 1>&2
  call mvn -B -q -ntp -f "%HERE%pom.xml" package -DskipTests 1>&2 || exit /b 1
)
"%JAVA%" -XX:+UseSerialGC -Xss512k -Xmx192m -Xshare:auto -XX:-UsePerfData %WINDOWS_IMAGE_JAVA_OPTS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
