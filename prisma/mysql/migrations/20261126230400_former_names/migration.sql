CREATE TABLE `former_names` (
    `product_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `name` VARCHAR(400) CHARACTER SET utf8mb4 /*M! COLLATE utf8mb4_nopad_bin */ /*!80017 COLLATE utf8mb4_0900_bin */ NOT NULL,
    `rules` INTEGER NOT NULL DEFAULT 0,

    INDEX `former_names_rules_product_id_idx`(`rules`, `product_id`),
    PRIMARY KEY (`product_id`, `name`),
    CONSTRAINT `former_names_product_id_fkey` FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `former_terms` (
    `term` VARCHAR(64) NOT NULL,
    `product_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,

    INDEX `former_terms_product_id_term_idx`(`product_id`, `term`),
    PRIMARY KEY (`term`, `product_id`),
    CONSTRAINT `former_terms_product_id_fkey` FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Names of products renamed before are not known. These get their terms while the program runs.
INSERT INTO `former_names` (`product_id`, `name`) SELECT `id`, `name` FROM `products` WHERE `deleted_at` IS NOT NULL;
