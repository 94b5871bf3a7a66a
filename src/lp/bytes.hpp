#pragma once

// Internal to lp/.

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

/// Messages between ranks of the same kind of machine.
namespace longyang::lp::bytes {

inline void put_bytes(std::vector<std::byte>& to, const void* from, std::size_t count) {
    const std::size_t before = to.size();
    to.resize(before + count);
    if (count > 0) {
        std::memcpy(to.data() + before, from, count);
    }
}

template <typename T>
void put(std::vector<std::byte>& to, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    put_bytes(to, &value, sizeof value);
}

/// A length, then the items: of a vector or a string.
template <typename Items>
void put_items(std::vector<std::byte>& to, const Items& items) {
    static_assert(std::is_trivially_copyable_v<typename Items::value_type>);
    put(to, static_cast<std::uint64_t>(items.size()));
    put_bytes(to, items.data(), items.size() * sizeof(typename Items::value_type));
}

/// Reads what put and put_items wrote, and never beyond the end.
class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : left_(bytes) {}

    template <typename T>
    void get(T& value) {
        take(&value, 1, sizeof value);
    }
    template <typename Items>
    void get_items(Items& items) {
        std::uint64_t count = 0;
        get(count);
        constexpr std::size_t size = sizeof(typename Items::value_type);
        if (count > left_.size() / size) {
            throw Error(Exit::defect, "a message ends too early");
        }
        items.resize(static_cast<std::size_t>(count));
        take(items.data(), items.size(), size);
    }
    [[nodiscard]] bool at_end() const { return left_.empty(); }

private:
    void take(void* to, std::size_t count, std::size_t size) {
        const std::size_t bytes = count * size;
        if (bytes > left_.size()) {
            throw Error(Exit::defect, "a message ends too early");
        }
        if (bytes > 0) {
            std::memcpy(to, left_.data(), bytes);
        }
        left_ = left_.subspan(bytes);
    }

    std::span<const std::byte> left_;
};

} // namespace longyang::lp::bytes
