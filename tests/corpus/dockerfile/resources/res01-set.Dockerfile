FROM eclipse-temurin:21.0.5_11-jre
ENV JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75
CMD ["java", "-jar", "/app.jar"]
