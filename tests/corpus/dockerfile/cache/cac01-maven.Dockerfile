FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /src
COPY . .
RUN mvn -q package
FROM eclipse-temurin:21.0.5_11-jre
COPY --from=build /src/target/app.jar /app.jar
