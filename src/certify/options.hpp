#pragma once

// Internal to certify: options that the run of a file had.

#include "results/read.hpp"

#include <charconv>
#include <string>

namespace longyang::certify {

/// An option that the run had; 0 where the file does not say.
template <typename Number>
Number number_in_force(const results::Stored& stored, const char* option) {
    Number number = 0;
    const std::string value = results::option_in_force(stored, option);
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

/// Whether the run looked at limits of security; files of before there were any have no such
/// option.
inline bool is_secured(const results::Stored& stored) {
    const std::string kind = results::option_in_force(stored, "security");
    return !kind.empty() && kind != "off";
}

} // namespace longyang::certify
