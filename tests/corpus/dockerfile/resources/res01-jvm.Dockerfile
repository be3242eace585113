FROM eclipse-temurin:21.0.5_11-jre
CMD ["java", "-jar", "/app.jar"]
