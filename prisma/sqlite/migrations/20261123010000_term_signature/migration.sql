-- Added in place, so that rows which are there already aren't written: they get the default, which has every bit.
ALTER TABLE "product_terms" ADD COLUMN "signature" BIGINT NOT NULL DEFAULT -1;
