@echo off
echo %GREETING%
type "%~dp0version.txt"
