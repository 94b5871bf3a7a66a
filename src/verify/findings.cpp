#include "verify/findings.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <span>
#include <tuple>

namespace longyang::verify {
namespace {

bool worse(const Breach& a, const Breach& b) {
    return std::tie(b.relative, a.rule, a.item, a.hour) <
           std::tie(a.relative, b.rule, b.item, b.hour);
}

template <class T>
void put(std::vector<std::byte>& bytes, const T& value) {
    const auto raw = std::as_bytes(std::span(&value, 1));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
}

void put(std::vector<std::byte>& bytes, const std::string& text) {
    put(bytes, text.size());
    const auto raw = std::as_bytes(std::span(text));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
}

/// Takes values off the front of `bytes` in the order they were put in.
template <class T>
void take(std::span<const std::byte>& bytes, T& value) {
    std::memcpy(&value, bytes.data(), sizeof(T));
    bytes = bytes.subspan(sizeof(T));
}

void take(std::span<const std::byte>& bytes, std::string& text) {
    std::size_t size = 0;
    take(bytes, size);
    text.resize(size);
    std::memcpy(text.data(), bytes.data(), size);
    bytes = bytes.subspan(size);
}

std::vector<std::byte> pack(const std::vector<Breach>& breaches) {
    std::vector<std::byte> bytes;
    for (const Breach& b : breaches) {
        put(bytes, b.rule);
        put(bytes, b.item);
        put(bytes, b.hour);
        put(bytes, b.found);
        put(bytes, b.limit);
        put(bytes, b.relative);
        put(bytes, b.unit);
    }
    return bytes;
}

std::vector<Breach> unpack(std::span<const std::byte> bytes) {
    std::vector<Breach> breaches;
    while (!bytes.empty()) {
        Breach& b = breaches.emplace_back();
        take(bytes, b.rule);
        take(bytes, b.item);
        take(bytes, b.hour);
        take(bytes, b.found);
        take(bytes, b.limit);
        take(bytes, b.relative);
        take(bytes, b.unit);
    }
    return breaches;
}

} // namespace

void Findings::equal(const Place& place, double found, double expected, double scale) {
    add(place, found, expected, std::abs(found - expected), scale);
}

void Findings::at_most(const Place& place, double found, double limit, double scale) {
    add(place, found, limit, found - limit, scale);
}

void Findings::at_least(const Place& place, double found, double limit, double scale) {
    add(place, found, limit, limit - found, scale);
}

void Findings::add(const Place& place, double found, double limit, double excess, double scale) {
    ++checks_;
    double relative = excess / std::max({1.0, std::abs(limit), scale});
    if (std::isnan(excess) || std::isnan(relative)) { // also where both are infinite
        relative = std::numeric_limits<double>::infinity();
    }
    worst_ = std::max(worst_, relative);
    if (relative <= settings_.tolerance) {
        return;
    }
    ++found_;
    breaches_.push_back({place.rule, place.item, place.hour, found, limit, relative, place.unit});
    if (breaches_.size() >= 2 * static_cast<std::size_t>(std::max(settings_.most, 1))) {
        keep_the_worst();
    }
}

void Findings::keep_the_worst() {
    std::sort(breaches_.begin(), breaches_.end(), worse);
    const auto most = static_cast<std::size_t>(std::max(settings_.most, 0));
    breaches_.resize(std::min(breaches_.size(), most));
}

Report Findings::join(const Comm& comm) {
    keep_the_worst();
    const auto parts = gather_bytes(comm, pack(breaches_));
    std::vector<std::byte> bytes;
    for (const auto& part : parts) {
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    broadcast_bytes(comm, bytes);
    breaches_ = unpack(bytes);
    keep_the_worst();
    Report report;
    report.breaches = breaches_;
    report.found = sum(comm, found_);
    report.checks = sum(comm, checks_);
    report.worst = max(comm, worst_);
    return report;
}

} // namespace longyang::verify
