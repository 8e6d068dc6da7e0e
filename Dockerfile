# The gateway with the embedded API. Build: docker build -t rolegraph .   Run: see README, "Deploy".

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-update-notifier

FROM node:24-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-update-notifier
COPY tsconfig.json ./
COPY web web
COPY src/gateway/transport/pages/tab-token.js src/gateway/transport/pages/
RUN npm run pages

FROM node:24-slim
LABEL org.opencontainers.image.title="rolegraph" org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production ROLEGRAPH_HOST=0.0.0.0 ROLEGRAPH_DATA=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY schema schema
COPY src src
COPY --from=pages /app/pages pages
RUN mkdir /data && chown node:node /data && ln -s /app/bin/rolegraph.js /usr/local/bin/rolegraph
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ROLEGRAPH_PORT || 4000}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["rolegraph"]
CMD ["serve"]
