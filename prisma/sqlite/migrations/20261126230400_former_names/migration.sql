CREATE TABLE "former_names" (
    "product_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "rules" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("product_id", "name"),
    CONSTRAINT "former_names_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE INDEX "former_names_rules_product_id_idx" ON "former_names"("rules", "product_id");

CREATE TABLE "former_terms" (
    "term" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    PRIMARY KEY ("term", "product_id"),
    CONSTRAINT "former_terms_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE INDEX "former_terms_product_id_term_idx" ON "former_terms"("product_id", "term");

-- Names of products renamed before are not known. These get their terms while the program runs.
INSERT INTO "former_names" ("product_id", "name") SELECT "id", "name" FROM "products" WHERE "deleted_at" IS NOT NULL;
