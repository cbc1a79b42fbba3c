ALTER TABLE "products" ADD COLUMN "sku" TEXT;
ALTER TABLE "products" ADD COLUMN "low_stock_threshold" INTEGER;
CREATE UNIQUE INDEX "products_live_sku_key" ON "products"("sku") WHERE "sku" IS NOT NULL AND "deleted_at" IS NULL;

ALTER TABLE "orders" ADD COLUMN "product_name" TEXT NOT NULL DEFAULT '';
ALTER TABLE "orders" ADD COLUMN "checkout_id" TEXT;
ALTER TABLE "orders" ADD COLUMN "note" TEXT;
ALTER TABLE "orders" ADD COLUMN "expires_at" DATETIME;
ALTER TABLE "orders" ADD COLUMN "stock_after" BIGINT;
ALTER TABLE "orders" ADD COLUMN "key_fingerprint" TEXT;
-- The name at the time of the order was not stored: the product's name is the nearest known.
UPDATE "orders" SET "product_name" = (SELECT "name" FROM "products" WHERE "id" = "orders"."product_id");
CREATE INDEX "orders_checkout_id_idx" ON "orders"("checkout_id") WHERE "checkout_id" IS NOT NULL;
CREATE INDEX "orders_expires_at_idx" ON "orders"("expires_at") WHERE "expires_at" IS NOT NULL;

-- Indexes of the orders by product and by total, filled in steps behind the orders up to the id "position". Maintained by
-- each insert, they would change a page of their own for nearly every order of a batch. Readers scan the rest by its ids.
CREATE TABLE "orders_by_product" (
    "product_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    PRIMARY KEY ("product_id", "id")
) WITHOUT ROWID;
CREATE TABLE "orders_by_total" (
    "total_price" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    PRIMARY KEY ("total_price", "id")
) WITHOUT ROWID;
CREATE TABLE "order_index" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "position" TEXT NOT NULL
);
INSERT INTO "orders_by_product" SELECT "product_id", "id" FROM "orders" ORDER BY "product_id", "id";
INSERT INTO "orders_by_total" SELECT "total_price", "id" FROM "orders" ORDER BY "total_price", "id";
INSERT INTO "order_index" SELECT 1, COALESCE(MAX("id"), '') FROM "orders";

CREATE TABLE "checkouts" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "key_fingerprint" TEXT,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "checkouts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE UNIQUE INDEX "checkouts_user_id_idempotency_key_key" ON "checkouts"("user_id", "idempotency_key");

CREATE TABLE "order_changes" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "order_id" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "status" TEXT NOT NULL,
    "cause" TEXT,
    "note" TEXT,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT,
    "request_id" TEXT,
    "product_id" TEXT,
    "delta" BIGINT,
    "stock_after" BIGINT,
    CONSTRAINT "order_changes_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE INDEX "order_changes_order_id_id_idx" ON "order_changes"("order_id", "id");
CREATE INDEX "order_changes_product_id_id_idx" ON "order_changes"("product_id", "id") WHERE "product_id" IS NOT NULL;

ALTER TABLE "stock_adjustments" ADD COLUMN "stock_after" BIGINT;
ALTER TABLE "stock_adjustments" ADD COLUMN "cause" TEXT NOT NULL DEFAULT 'adjustment';
UPDATE "stock_adjustments" SET "cause" = 'created' WHERE "reason" = 'initial stock';
DROP INDEX "stock_adjustments_product_id_idx";
CREATE INDEX "stock_adjustments_product_id_id_idx" ON "stock_adjustments"("product_id", "id");

-- The ledger of a product begins with its stock now: how much it was after each earlier change is not known. The id is
-- a UUIDv7 of this moment. Without a user there is no product either.
INSERT INTO "stock_adjustments" ("id", "product_id", "user_id", "delta", "stock_after", "cause", "reason", "created_at")
SELECT
    substr("time", 1, 8) || '-' || substr("time", 9, 4) || '-7' || substr("random", 1, 3) || '-8' || substr("random", 4, 3) || '-' || substr("random", 7, 12),
    "product_id", "user_id", 0, "stock", 'adjustment', 'Opening balance', "now"
FROM (
    SELECT
        "id" AS "product_id", "stock", "now", printf('%012x', "now") AS "time", lower(hex(randomblob(9))) AS "random",
        (SELECT "user_id" FROM "stock_adjustments" WHERE "stock_adjustments"."product_id" = "products"."id" LIMIT 1) AS "user_id"
    FROM "products", (SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000 AS "now")
    WHERE "deleted_at" IS NULL
)
WHERE "user_id" IS NOT NULL;
