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
rem The second compiler comes in ten times later than usual: most runs are short.
set "OPTIONS=-XX:+UseSerialGC -Xss512k -Xmx192m -Xshare:auto -XX:-UsePerfData"
set "OPTIONS=%OPTIONS% -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000"
set "OPTIONS=%OPTIONS% -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000"
"%JAVA%" %OPTIONS% %WINDOWS_IMAGE_JAVA_OPTS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
