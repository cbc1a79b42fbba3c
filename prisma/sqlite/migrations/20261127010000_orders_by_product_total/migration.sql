-- Lists of a product's orders sorted by total, filled behind the orders like the other two.
CREATE TABLE "orders_by_product_total" (
    "product_id" TEXT NOT NULL,
    "total_price" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    PRIMARY KEY ("product_id", "total_price", "id")
) WITHOUT ROWID;
INSERT INTO "orders_by_product_total" SELECT "product_id", "total_price", "id" FROM "orders"
WHERE "id" <= (SELECT "position" FROM "order_index" WHERE "order_index"."id" = 1) ORDER BY "product_id", "total_price", "id";
