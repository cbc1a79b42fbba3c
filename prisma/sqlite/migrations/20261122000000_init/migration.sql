-- Written by `npm run db:diff`; by hand: the CHECKs, the partial indexes, and WITHOUT ROWID, which spares a table
-- that is found by its own key a second b-tree.

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "password" TEXT NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'customer',
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "users_role_check" CHECK ("role" IN ('customer', 'admin'))
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" TEXT NOT NULL,
    "user_agent" TEXT,
    "ip" TEXT,
    "created_at" DATETIME NOT NULL,
    "last_used_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "revoked_at" DATETIME,
    CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "refresh_tokens" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "session_id" TEXT NOT NULL,
    "nonce" TEXT,
    "created_at" DATETIME NOT NULL,
    "rotated_at" DATETIME,
    CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) WITHOUT ROWID;

-- CreateTable
CREATE TABLE "products" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "name_sort" TEXT NOT NULL,
    "price" INTEGER NOT NULL,
    "stock" BIGINT NOT NULL CHECK ("stock" >= 0),
    "version" BIGINT NOT NULL DEFAULT 1,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    "deleted_at" DATETIME,
    CONSTRAINT "products_price_check" CHECK ("price" >= 0)
) WITHOUT ROWID;

-- CreateTable
CREATE TABLE "product_terms" (
    "term" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,

    PRIMARY KEY ("term", "product_id"),
    CONSTRAINT "product_terms_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
) WITHOUT ROWID;

-- CreateTable
CREATE TABLE "stock_adjustments" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "product_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "delta" BIGINT NOT NULL,
    "reason" TEXT,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "stock_adjustments_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "stock_adjustments_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "orders" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unit_price" INTEGER NOT NULL,
    "total_price" BIGINT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "idempotency_key" TEXT,
    "created_at" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "orders_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "orders_quantity_check" CHECK ("quantity" > 0),
    CONSTRAINT "orders_status_check" CHECK ("status" IN ('pending', 'confirmed', 'shipped', 'delivered', 'cancelled'))
) WITHOUT ROWID;

-- CreateTable
CREATE TABLE "events" (
    "offset" BIGINT NOT NULL PRIMARY KEY,
    "type" TEXT NOT NULL,
    "user_id" TEXT,
    "data" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL
) WITHOUT ROWID;

-- CreateTable
CREATE TABLE "event_counter" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "epoch" TEXT NOT NULL,
    "last_offset" BIGINT NOT NULL DEFAULT 0
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "users_role_idx" ON "users"("role");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "sessions_revoked_at_idx" ON "sessions"("revoked_at");

-- CreateIndex
CREATE INDEX "refresh_tokens_session_id_idx" ON "refresh_tokens"("session_id");

-- CreateIndex
CREATE INDEX "products_deleted_at_id_idx" ON "products"("deleted_at", "id");

-- CreateIndex
CREATE INDEX "products_deleted_at_price_id_idx" ON "products"("deleted_at", "price", "id");

-- CreateIndex
CREATE INDEX "products_deleted_at_name_sort_id_idx" ON "products"("deleted_at", "name_sort", "id");

-- CreateIndex
CREATE INDEX "products_stock_id_idx" ON "products"("stock", "id") WHERE "stock" = 0;

-- CreateIndex
CREATE INDEX "product_terms_product_id_term_idx" ON "product_terms"("product_id", "term");

-- CreateIndex
CREATE INDEX "stock_adjustments_product_id_idx" ON "stock_adjustments"("product_id");

-- CreateIndex
CREATE INDEX "stock_adjustments_user_id_idx" ON "stock_adjustments"("user_id");

-- CreateIndex
CREATE INDEX "orders_user_id_id_idx" ON "orders"("user_id", "id");

-- CreateIndex
CREATE INDEX "orders_user_id_status_id_idx" ON "orders"("user_id", "status", "id");

-- CreateIndex
CREATE INDEX "orders_status_id_idx" ON "orders"("status", "id");

-- CreateIndex
CREATE INDEX "orders_product_id_idx" ON "orders"("product_id");

-- CreateIndex
CREATE UNIQUE INDEX "orders_user_id_idempotency_key_key" ON "orders"("user_id", "idempotency_key") WHERE "idempotency_key" IS NOT NULL;

-- CreateIndex
CREATE INDEX "events_user_id_offset_idx" ON "events"("user_id", "offset") WHERE "user_id" IS NOT NULL;

-- The log starts empty, under an id of its own.
INSERT INTO "event_counter" ("id", "epoch", "last_offset") VALUES (1, lower(hex(randomblob(16))), 0);
