#pragma once

#include "base/comm.hpp"
#include "grid/tables.hpp"
#include "partition/partition.hpp"
#include "results/content.hpp"

#include <map>
#include <string>
#include <vector>

// Internal to results/: what stands in no hourly table.

namespace longyang::results {

/// Numbers and texts that stand in no hourly table, by path.
struct SmallData {
    std::map<std::string, std::vector<double>> numbers;
    std::map<std::string, std::vector<int>> integers;
    std::map<std::string, grid::Names> texts;
};

/// What is small of all ranks, the same on every rank. Collective. Throws Error (defect) where
/// ranks differ in the periods of contracts.
[[nodiscard]] SmallData collect_small(const Comm& comm, const grid::System& system,
                                      const partition::Owners& owners, const Content& content);

/// Adds it, the header, scales, the case's tables and descriptions of all datasets to the file that
/// holds the hourly ones. By the root alone.
void write_small(const std::string& part, const grid::System& system, const Content& content,
                 const SmallData& data);

} // namespace longyang::results
