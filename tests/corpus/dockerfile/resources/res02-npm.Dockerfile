FROM node:22.14-slim
CMD ["npm", "run", "serve:prod"]
