ALTER TABLE `products`
    ADD COLUMN `sku` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN `low_stock_threshold` INTEGER NULL;
ALTER TABLE `products`
    ADD COLUMN `live_sku` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin
        GENERATED ALWAYS AS (IF(`deleted_at` IS NULL, `sku`, NULL)) VIRTUAL;
CREATE UNIQUE INDEX `products_live_sku_key` ON `products`(`live_sku`);

ALTER TABLE `orders`
    ADD COLUMN `product_name` VARCHAR(400) NOT NULL DEFAULT '',
    ADD COLUMN `checkout_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN `note` VARCHAR(1000) NULL,
    ADD COLUMN `expires_at` DATETIME(3) NULL,
    ADD COLUMN `stock_after` BIGINT NULL,
    ADD COLUMN `key_fingerprint` CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NULL;
-- The name at the time of the order was not stored: the product's name is the nearest known.
UPDATE `orders` JOIN `products` ON `products`.`id` = `orders`.`product_id` SET `orders`.`product_name` = `products`.`name`;
CREATE INDEX `orders_product_id_id_idx` ON `orders`(`product_id`, `id`);
DROP INDEX `orders_product_id_idx` ON `orders`;
CREATE INDEX `orders_total_price_id_idx` ON `orders`(`total_price`, `id`);
CREATE INDEX `orders_checkout_id_idx` ON `orders`(`checkout_id`);
CREATE INDEX `orders_expires_at_idx` ON `orders`(`expires_at`);

CREATE TABLE `checkouts` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `idempotency_key` VARCHAR(255) CHARACTER SET utf8mb4 /*M! COLLATE utf8mb4_nopad_bin */ /*!80017 COLLATE utf8mb4_0900_bin */ NULL,
    `key_fingerprint` CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `created_at` DATETIME(3) NOT NULL,

    UNIQUE INDEX `checkouts_user_id_idempotency_key_key`(`user_id`, `idempotency_key`),
    PRIMARY KEY (`id`),
    CONSTRAINT `checkouts_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `order_changes` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `order_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `at` DATETIME(3) NOT NULL,
    `status` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `cause` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `note` VARCHAR(1000) NULL,
    `actor_type` VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `actor_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `request_id` VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `product_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `delta` BIGINT NULL,
    `stock_after` BIGINT NULL,

    INDEX `order_changes_order_id_id_idx`(`order_id`, `id`),
    INDEX `order_changes_product_id_id_idx`(`product_id`, `id`),
    PRIMARY KEY (`id`),
    CONSTRAINT `order_changes_order_id_fkey` FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `stock_adjustments`
    ADD COLUMN `stock_after` BIGINT NULL,
    ADD COLUMN `cause` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'adjustment';
UPDATE `stock_adjustments` SET `cause` = 'created' WHERE `reason` = 'initial stock';
CREATE INDEX `stock_adjustments_product_id_id_idx` ON `stock_adjustments`(`product_id`, `id`);
DROP INDEX `stock_adjustments_product_id_idx` ON `stock_adjustments`;

-- The ledger of a product begins with its stock now: how much it was after each earlier change is not known. The id is
-- a UUIDv7 of this moment. Without a user there is no product either.
INSERT INTO `stock_adjustments` (`id`, `product_id`, `user_id`, `delta`, `stock_after`, `cause`, `reason`, `created_at`)
SELECT
    CONCAT(LEFT(`time`, 8), '-', SUBSTR(`time`, 9, 4), '-7', LEFT(`random`, 3), '-8', SUBSTR(`random`, 4, 3), '-', SUBSTR(`random`, 7, 12)),
    `product_id`, `user_id`, 0, `stock`, 'adjustment', 'Opening balance', UTC_TIMESTAMP(3)
FROM (
    SELECT
        `products`.`id` AS `product_id`, `products`.`stock`,
        LPAD(LOWER(HEX(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)), 12, '0') AS `time`,
        SHA2(CONCAT(`products`.`id`, RAND()), 256) AS `random`,
        (SELECT `user_id` FROM `stock_adjustments` WHERE `stock_adjustments`.`product_id` = `products`.`id` LIMIT 1) AS `user_id`
    FROM `products`
    WHERE `products`.`deleted_at` IS NULL
) AS `opening`
WHERE `user_id` IS NOT NULL;
