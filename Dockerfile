# `docker build -t stockroom .` makes an image that serves a shop: of one node on SQLite with a volume at /app/data, or of
# many on MySQL (docker-compose.yml). It writes to /app/data and /tmp alone.
FROM node:22-bookworm-slim AS build
WORKDIR /app
# Where better-sqlite3 has no prebuilt driver for the platform, it is compiled.
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM build AS pruned
# Nothing at run time is optional: what npm calls so are the tools that Prisma's client names as peers.
RUN npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=pruned /app/package.json ./
COPY --from=pruned /app/node_modules ./node_modules
COPY --from=pruned /app/prisma/sqlite/migrations ./prisma/sqlite/migrations
COPY --from=pruned /app/prisma/mysql/migrations ./prisma/mysql/migrations
COPY --from=pruned /app/dist ./dist
RUN mkdir data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server.js"]
