import type { ProjectFiles } from './detect.ts';
import { chooseVersion, has, labels, type Recipe } from './parts.ts';

export function goRecipe(files: ProjectFiles): Recipe {
  const module = files.texts['go.mod'] ?? '';
  const version = chooseVersion(/^go (\d+\.\d+)/m.exec(module)?.[1], ['1.27', '1.26'], '1.26');
  const command = files.paths.find((path) => /^cmd\/[\w-]+\/main\.go$/.test(path));
  const target = has(files, 'main.go') || !command ? '.' : `./${command.replace('/main.go', '')}`;
  const manifests = has(files, 'go.sum') ? 'go.mod go.sum' : 'go.mod';
  const lines = [
    `FROM --platform=$BUILDPLATFORM golang:${version}-bookworm AS build`,
    'ARG TARGETOS',
    'ARG TARGETARCH',
    'WORKDIR /src',
    `COPY ${manifests} ./`,
    'RUN --mount=type=cache,target=/go/pkg/mod \\',
    '    go mod download',
    'COPY . .',
    'RUN --mount=type=cache,target=/go/pkg/mod \\',
    '    --mount=type=cache,target=/root/.cache/go-build \\',
    `    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags="-s -w" -o /out/app ${target}`,
    '',
    'FROM gcr.io/distroless/static-debian12:nonroot',
    ...labels(/^module \S*?([\w.-]+)$/m.exec(module)?.[1] ?? 'app'),
    'COPY --link --from=build /out/app /usr/local/bin/app',
    'USER 65532:65532',
    'EXPOSE 8080',
    'ENTRYPOINT ["/usr/local/bin/app"]',
  ];
  return { dockerfile: lines, ignored: ['bin', 'vendor', '*_test.go'], port: 8080 };
}

export function rustRecipe(files: ProjectFiles): Recipe {
  const manifest = files.texts['Cargo.toml'] ?? '';
  const name = /^name\s*=\s*"([\w-]+)"/m.exec(manifest)?.[1] ?? 'app';
  const locked = has(files, 'Cargo.lock') ? ' --locked' : '';
  const lines = [
    'FROM rust:1.91-slim-bookworm AS build',
    'WORKDIR /src',
    'COPY . .',
    'RUN --mount=type=cache,target=/usr/local/cargo/registry \\',
    '    --mount=type=cache,target=/src/target \\',
    `    CARGO_PROFILE_RELEASE_STRIP=true cargo build --release${locked} \\`,
    `    && cp target/release/${name} /app`,
    '',
    'FROM gcr.io/distroless/cc-debian12:nonroot',
    ...labels(name),
    'COPY --link --from=build /app /usr/local/bin/app',
    'USER 65532:65532',
    'EXPOSE 8080',
    'ENTRYPOINT ["/usr/local/bin/app"]',
  ];
  return { dockerfile: lines, ignored: ['target', 'tests', 'benches'], port: 8080 };
}

export function javaRecipe(files: ProjectFiles): Recipe {
  const isMaven = has(files, 'pom.xml');
  const text = files.texts['pom.xml'] ?? files.texts['build.gradle'] ?? files.texts['build.gradle.kts'] ?? '';
  const wanted =
    /<(?:java\.version|maven\.compiler\.release|maven\.compiler\.target|release)>(\d+)/.exec(text)?.[1] ??
    /languageVersion[^\d]{1,60}(\d+)/.exec(text)?.[1];
  const java = chooseVersion(wanted, ['25', '21', '17'], '21');
  const runtime: Readonly<Record<string, string>> = { '25': '25.0.1_8', '21': '21.0.9_10', '17': '17.0.17_10' };
  const build = isMaven
    ? [
        `FROM maven:3.9.11-eclipse-temurin-${java} AS build`,
        'WORKDIR /src',
        'COPY pom.xml ./',
        'RUN --mount=type=cache,target=/root/.m2 \\',
        '    mvn -B -q dependency:go-offline',
        'COPY src ./src',
        'RUN --mount=type=cache,target=/root/.m2 \\',
        '    mvn -B -q -DskipTests package \\',
        '    && find target -maxdepth 1 -name "*.jar" ! -name "*-sources.jar" ! -name "original-*" -exec cp {} /app.jar \\;',
      ]
    : [
        `FROM gradle:9.2.0-jdk${java} AS build`,
        'WORKDIR /src',
        'COPY . .',
        'RUN --mount=type=cache,target=/home/gradle/.gradle \\',
        '    gradle --no-daemon -q build -x test \\',
        '    && find build/libs -maxdepth 1 -name "*.jar" ! -name "*-plain.jar" -exec cp {} /app.jar \\;',
      ];
  const lines = [
    ...build,
    '',
    `FROM eclipse-temurin:${runtime[java] ?? '21.0.9_10'}-jre-noble`,
    ...labels('app'),
    'ENV JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75',
    'WORKDIR /app',
    'COPY --link --from=build /app.jar ./app.jar',
    'USER 10001:10001',
    'EXPOSE 8080',
    'HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \\',
    '    CMD ["curl", "-sS", "-o", "/dev/null", "http://127.0.0.1:8080/"]',
    'ENTRYPOINT ["java", "-jar", "app.jar"]',
  ];
  return { dockerfile: lines, ignored: ['target', 'build', '.gradle', 'out'], port: 8080 };
}

export function dotnetRecipe(files: ProjectFiles): Recipe {
  const project = files.paths.find((path) => /^[\w.-]+\.csproj$/.test(path)) ?? 'app.csproj';
  const text = files.texts[project] ?? '';
  const version = chooseVersion(/<TargetFramework>net(\d+\.\d+)/.exec(text)?.[1], ['10.0'], '10.0');
  const name = /<AssemblyName>([\w.-]+)/.exec(text)?.[1] ?? project.replace('.csproj', '');
  const lines = [
    `FROM mcr.microsoft.com/dotnet/sdk:${version} AS build`,
    'WORKDIR /src',
    `COPY ${project} ./`,
    'RUN --mount=type=cache,target=/root/.nuget/packages \\',
    `    dotnet restore ${project}`,
    'COPY . .',
    'RUN --mount=type=cache,target=/root/.nuget/packages \\',
    `    dotnet publish ${project} --no-restore -c Release -o /out`,
    '',
    `FROM mcr.microsoft.com/dotnet/aspnet:${version}`,
    ...labels(name),
    'WORKDIR /app',
    'COPY --link --from=build /out ./',
    'USER 1654:1654',
    'EXPOSE 8080',
    `ENTRYPOINT ["dotnet", "${name}.dll"]`,
  ];
  return { dockerfile: lines, ignored: ['bin', 'obj', '*.user'], port: 8080 };
}

export function staticRecipe(files: ProjectFiles): Recipe {
  const folder = ['public', 'dist', 'site', 'html'].find((one) => has(files, `${one}/index.html`)) ?? '.';
  const lines = [
    'FROM nginxinc/nginx-unprivileged:1.29.3-alpine',
    ...labels('site'),
    `COPY --chown=101:101 ${folder} /usr/share/nginx/html`,
    'USER 101:101',
    'EXPOSE 8080',
    'HEALTHCHECK --interval=30s --timeout=5s \\',
    '    CMD ["wget", "-q", "--spider", "http://127.0.0.1:8080/"]',
  ];
  return { dockerfile: lines, ignored: ['node_modules'], port: 8080 };
}
