-- CreateTable
CREATE TABLE `api_keys` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `name` VARCHAR(400) NOT NULL,
    `prefix` VARCHAR(32) NOT NULL,
    `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `previous_hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `previous_until` DATETIME(3) NULL,
    `scopes` VARCHAR(255) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    `last_used_at` DATETIME(3) NULL,
    `expires_at` DATETIME(3) NULL,
    `revoked_at` DATETIME(3) NULL,

    UNIQUE INDEX `api_keys_hash_key`(`hash`),
    INDEX `api_keys_user_id_idx`(`user_id`),
    INDEX `api_keys_updated_at_idx`(`updated_at`),
    INDEX `api_keys_revoked_at_id_idx`(`revoked_at`, `id`),
    PRIMARY KEY (`id`),
    CONSTRAINT `api_keys_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The key that made the change, if one did: `user_id` is then the user who made the key.
ALTER TABLE `stock_adjustments` ADD COLUMN `key_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL;
