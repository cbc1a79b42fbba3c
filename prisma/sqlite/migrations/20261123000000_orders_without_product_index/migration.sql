-- No route asks for the orders of a product, and a product is never deleted, only marked; so the foreign key needs no
-- index of its children. Each order of a batch changed a page of it of its own: half of what a commit had to write.
DROP INDEX "orders_product_id_idx";
