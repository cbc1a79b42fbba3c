CREATE TABLE "sales_slots" (
    "slot" INTEGER NOT NULL PRIMARY KEY,
    "orders" INTEGER NOT NULL,
    "takings" BIGINT NOT NULL
);

CREATE TABLE "sales_days" (
    "day" INTEGER NOT NULL,
    "product_id" TEXT NOT NULL,
    "units" BIGINT NOT NULL,
    "takings" BIGINT NOT NULL,

    PRIMARY KEY ("day", "product_id")
) WITHOUT ROWID;

CREATE TABLE "sales_progress" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "epoch" TEXT NOT NULL DEFAULT '',
    "position" BIGINT NOT NULL DEFAULT 0,
    "built" TEXT NOT NULL DEFAULT ''
);
INSERT INTO "sales_progress" ("id") VALUES (1);
