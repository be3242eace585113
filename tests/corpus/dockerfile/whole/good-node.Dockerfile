# syntax=docker/dockerfile:1
FROM node:24.11-bookworm-slim AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev

FROM node:24.11-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=deps /app/node_modules ./node_modules
COPY src ./src
USER 1000
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s CMD ["node", "src/health.js"]
CMD ["node", "src/server.js"]
