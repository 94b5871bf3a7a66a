#pragma once

namespace longyang::run {

/// Largest memory that this process has used, MB.
[[nodiscard]] double memory_used_mb();
/// To the system, what has been freed: tables of a year are smaller than what the allocator gives
/// back by itself.
void give_memory_back();

} // namespace longyang::run
