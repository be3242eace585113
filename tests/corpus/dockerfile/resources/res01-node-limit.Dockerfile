FROM node:22.14-slim
CMD ["node", "x.js"]
