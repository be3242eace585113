FROM alpine:3.22
ENTRYPOINT ["java", "-jar", "/app.jar"]
CMD []
