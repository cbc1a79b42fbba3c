-- CreateTable
CREATE TABLE "name_index" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "rules" INTEGER NOT NULL,
    "position" TEXT NOT NULL
);

-- Products that are there already were indexed by the first rules; the program indexes them anew while it runs.
INSERT INTO "name_index" ("id", "rules", "position")
SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM "products") THEN 1 ELSE 2 END, '~';
