#pragma once

// Internal to solve/highs/: the C interface of HiGHS with errors as exceptions.

#include "lp/flat.hpp"

#include <string>
#include <vector>

namespace longyang::solve::highs {

/// A HiGHS instance, silent, with a fixed random seed.
class Handle {
public:
    Handle();
    ~Handle();
    Handle(Handle&& other) noexcept;
    Handle& operator=(Handle&& other) noexcept;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    [[nodiscard]] void* raw() const { return raw_; }

    void set(const char* option, bool value);
    void set(const char* option, int value);
    void set(const char* option, double value);
    void set(const char* option, const char* value);
    [[nodiscard]] int info_int(const char* name) const;
    [[nodiscard]] long long info_int64(const char* name) const;
    [[nodiscard]] double info_double(const char* name) const;

private:
    void* raw_ = nullptr;
};

/// Throws Error (numerical) where HiGHS refused a call; its warnings pass.
void check(int status, const char* doing);

/// Statuses of a basis, one per column and per row; empty: none.
struct Basis {
    std::vector<int> column, row;

    [[nodiscard]] bool empty() const { return column.empty() && row.empty(); }
};
/// Empty where HiGHS holds no valid one.
[[nodiscard]] Basis basis_of(const Handle& handle);

/// Adds rows to what the handle holds.
void add_rows(Handle& handle, const lp::SparseRows& rows);

/// What `Highs_run` ended with, in HiGHS's own words.
[[nodiscard]] const char* status_words(int model_status);

/// Size of an array as HiGHS counts. Throws Error (defect) where it is too long.
[[nodiscard]] int highs_size(std::size_t size);

} // namespace longyang::solve::highs
