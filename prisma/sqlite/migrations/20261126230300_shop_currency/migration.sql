-- The first start of this version fills it.
CREATE TABLE "shop" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "currency" TEXT NOT NULL,
    "decimals" INTEGER NOT NULL
);
