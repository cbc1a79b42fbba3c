ALTER TABLE `products` ADD COLUMN `metadata` TEXT NULL;
ALTER TABLE `orders` ADD COLUMN `metadata` TEXT NULL;
