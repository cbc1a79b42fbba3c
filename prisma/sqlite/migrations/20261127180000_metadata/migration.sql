ALTER TABLE "products" ADD COLUMN "metadata" TEXT;
ALTER TABLE "orders" ADD COLUMN "metadata" TEXT;
