# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022-amd64 AS build
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN Invoke-WebRequest -Uri https://example.com/tool.zip -OutFile tool.zip; `
    Expand-Archive tool.zip -DestinationPath C:\tool
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022-amd64
COPY --from=build C:\tool C:\tool
USER ContainerUser
ENTRYPOINT ["C:\\tool\\tool.exe"]
