@echo off
rem Starts the command line; builds its jar first when there is none.
rem WINDOWS_IMAGE_JAVA_OPTS adds options for the Java virtual machine.
setlocal
set "HERE=%~dp0"
set "JAR=%HERE%target\windows-image.jar"
set "ARCHIVE=%HERE%target\windows-image.jsa"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if not exist "%JAR%" (
  echo windows-image: building %JAR% 1>&2
  call mvn -B -q -ntp -f "%HERE%pom.xml" package -DskipTests 1>&2 || exit /b 1
  if exist "%ARCHIVE%" del "%ARCHIVE%"
)
rem The second compiler comes in thirty times later than usual: most runs are short.
set "OPTIONS=-XX:+UseSerialGC -Xss512k -Xmx144m -Xshare:auto -XX:-UsePerfData"
set "OPTIONS=%OPTIONS% -XX:Tier4InvocationThreshold=150000 -XX:Tier4MinInvocationThreshold=18000"
set "OPTIONS=%OPTIONS% -XX:Tier4CompileThreshold=450000 -XX:Tier4BackEdgeThreshold=1200000"
rem Class data sharing halves the time to start. The archive is made once, under a name of its own until it is whole; one that does
rem not fit the jar is ignored.
set "PART=%ARCHIVE%.%RANDOM%"
if not exist "%ARCHIVE%" (
  "%JAVA%" %OPTIONS% -Xshare:off "-XX:DumpLoadedClassList=%PART%.classes" -jar "%JAR%" warm-up >nul 2>&1
  "%JAVA%" %OPTIONS% -Xshare:dump "-XX:SharedClassListFile=%PART%.classes" "-XX:SharedArchiveFile=%PART%" -cp "%JAR%" >nul 2>&1
  if exist "%PART%" move /y "%PART%" "%ARCHIVE%" >nul 2>&1
  if exist "%PART%.classes" del "%PART%.classes"
)
if exist "%ARCHIVE%" set OPTIONS=%OPTIONS% "-XX:SharedArchiveFile=%ARCHIVE%"
"%JAVA%" %OPTIONS% %WINDOWS_IMAGE_JAVA_OPTS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
