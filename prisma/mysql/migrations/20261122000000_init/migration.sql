-- Written by hand, to make what SQLite's migration of the same name makes. All texts are compared and sorted by code
-- point, as SQLite does it, and ids are a byte a character. Where SQLite has partial indexes: a unique key lets any
-- number of NULLs stand beside each other, and what is sold out is found by a column of its own that every other row
-- leaves NULL. It is worked out when a row is written and changes only when stock reaches or leaves 0, so an order
-- touches no index of its product. An idempotency key may end in blanks that count: MariaDB and MySQL have each a name
-- of their own for the collation that says so, and read each their own comment.

-- CreateTable
CREATE TABLE `users` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `name` VARCHAR(400) NOT NULL,
    `email` VARCHAR(254) NOT NULL,
    `password` VARCHAR(100) NOT NULL,
    `role` VARCHAR(16) NOT NULL DEFAULT 'customer',
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,

    UNIQUE INDEX `users_email_key`(`email`),
    INDEX `users_role_idx`(`role`),
    PRIMARY KEY (`id`),
    CONSTRAINT `users_role_check` CHECK (`role` IN ('customer', 'admin'))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `sessions` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_agent` VARCHAR(256) NULL,
    `ip` VARCHAR(45) NULL,
    `created_at` DATETIME(3) NOT NULL,
    `last_used_at` DATETIME(3) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,
    `revoked_at` DATETIME(3) NULL,

    INDEX `sessions_user_id_idx`(`user_id`),
    INDEX `sessions_expires_at_idx`(`expires_at`),
    INDEX `sessions_revoked_at_idx`(`revoked_at`),
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `refresh_tokens` (
    `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `session_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `nonce` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `created_at` DATETIME(3) NOT NULL,
    `rotated_at` DATETIME(3) NULL,

    INDEX `refresh_tokens_session_id_idx`(`session_id`),
    PRIMARY KEY (`hash`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `products` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `name` VARCHAR(400) NOT NULL,
    `name_sort` VARCHAR(400) NOT NULL,
    `price` INTEGER NOT NULL,
    `stock` BIGINT NOT NULL,
    `version` BIGINT NOT NULL DEFAULT 1,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    `deleted_at` DATETIME(3) NULL,
    `sold_out` TINYINT GENERATED ALWAYS AS (IF(`stock` = 0, 1, NULL)) STORED,

    INDEX `products_deleted_at_id_idx`(`deleted_at`, `id`),
    INDEX `products_deleted_at_price_id_idx`(`deleted_at`, `price`, `id`),
    INDEX `products_deleted_at_name_sort_id_idx`(`deleted_at`, `name_sort`, `id`),
    INDEX `products_sold_out_deleted_at_id_idx`(`sold_out`, `deleted_at`, `id`),
    PRIMARY KEY (`id`),
    CONSTRAINT `products_stock_check` CHECK (`stock` >= 0),
    CONSTRAINT `products_price_check` CHECK (`price` >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `product_terms` (
    `term` VARCHAR(64) NOT NULL,
    `product_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,

    INDEX `product_terms_product_id_term_idx`(`product_id`, `term`),
    PRIMARY KEY (`term`, `product_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `stock_adjustments` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `product_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `delta` BIGINT NOT NULL,
    `reason` VARCHAR(800) NULL,
    `created_at` DATETIME(3) NOT NULL,

    INDEX `stock_adjustments_product_id_idx`(`product_id`),
    INDEX `stock_adjustments_user_id_idx`(`user_id`),
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `orders` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `product_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `quantity` INTEGER NOT NULL,
    `unit_price` INTEGER NOT NULL,
    `total_price` BIGINT NOT NULL,
    `status` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'pending',
    `idempotency_key` VARCHAR(255) CHARACTER SET utf8mb4 /*M! COLLATE utf8mb4_nopad_bin */ /*!80017 COLLATE utf8mb4_0900_bin */ NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,

    INDEX `orders_user_id_id_idx`(`user_id`, `id`),
    INDEX `orders_user_id_status_id_idx`(`user_id`, `status`, `id`),
    INDEX `orders_status_id_idx`(`status`, `id`),
    INDEX `orders_product_id_idx`(`product_id`),
    UNIQUE INDEX `orders_user_id_idempotency_key_key`(`user_id`, `idempotency_key`),
    PRIMARY KEY (`id`),
    CONSTRAINT `orders_quantity_check` CHECK (`quantity` > 0),
    CONSTRAINT `orders_status_check` CHECK (`status` IN ('pending', 'confirmed', 'shipped', 'delivered', 'cancelled'))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `events` (
    `offset` BIGINT NOT NULL,
    `type` VARCHAR(32) NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `data` TEXT NOT NULL,
    `created_at` DATETIME(3) NOT NULL,

    INDEX `events_user_id_offset_idx`(`user_id`, `offset`),
    PRIMARY KEY (`offset`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `event_counter` (
    `id` INTEGER NOT NULL,
    `epoch` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `last_offset` BIGINT NOT NULL DEFAULT 0,

    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- AddForeignKey
ALTER TABLE `sessions` ADD CONSTRAINT `sessions_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `refresh_tokens` ADD CONSTRAINT `refresh_tokens_session_id_fkey` FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `product_terms` ADD CONSTRAINT `product_terms_product_id_fkey` FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `stock_adjustments` ADD CONSTRAINT `stock_adjustments_product_id_fkey` FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `stock_adjustments` ADD CONSTRAINT `stock_adjustments_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `orders` ADD CONSTRAINT `orders_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `orders` ADD CONSTRAINT `orders_product_id_fkey` FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- The log starts empty, under an id of its own.
INSERT INTO `event_counter` (`id`, `epoch`, `last_offset`) VALUES (1, REPLACE(UUID(), '-', ''), 0);
