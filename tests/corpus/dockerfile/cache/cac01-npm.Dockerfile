FROM node:22.14-slim
WORKDIR /app
COPY . .
RUN npm ci --omit=dev
CMD ["node", "index.js"]
