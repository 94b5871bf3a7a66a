#include "certify/convex.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace longyang::certify {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// Intervals that miss each other by less, MW, meet but for rounding.
constexpr double tolerance = 1e-9;

double length_of(const std::vector<Piece>& pieces) {
    double length = 0.0;
    for (const Piece& piece : pieces) {
        length += piece.length;
    }
    return length;
}

/// How much the function has risen so far out; infinity beyond the end.
double rise(const std::vector<Piece>& pieces, double distance) {
    double risen = 0.0;
    for (const Piece& piece : pieces) {
        if (distance <= piece.length) {
            return risen + piece.slope * distance;
        }
        risen += piece.slope * piece.length;
        distance -= piece.length;
    }
    return distance <= tolerance ? risen : infinity;
}

/// Values of `of` at its ends and bends to one side, visited with their places.
template <typename Visit>
void each_bend(const Convex& of, const Visit& visit) {
    visit(of.at, of.least);
    double place = of.at;
    double value = of.least;
    for (const Piece& piece : of.right) {
        place += piece.length;
        value += piece.length * piece.slope;
        visit(place, value);
    }
    place = of.at;
    value = of.least;
    for (const Piece& piece : of.left) {
        place -= piece.length;
        value += piece.length * piece.slope;
        visit(place, value);
    }
}

} // namespace

double Convex::begin() const {
    return at - length_of(left);
}

double Convex::end() const {
    return at + length_of(right);
}

double Convex::value(double place) const {
    return least + (place >= at ? rise(right, place - at) : rise(left, at - place));
}

void set(const Slopes& slopes, Convex& convex) {
    convex.at = slopes.begin;
    convex.least = slopes.value;
    convex.left.clear();
    convex.right.clear();
    std::size_t k = 0;
    for (; k < slopes.pieces.size() && slopes.pieces[k].slope < 0.0; ++k) {
        const Piece& piece = slopes.pieces[k];
        convex.at += piece.length;
        convex.least += piece.length * piece.slope;
        convex.left.push_back({piece.length, -piece.slope});
    }
    std::reverse(convex.left.begin(), convex.left.end());
    convex.right.assign(slopes.pieces.begin() + static_cast<std::ptrdiff_t>(k),
                        slopes.pieces.end());
}

double Walk::slope() const {
    return next_ < pieces_.size() ? pieces_[next_].slope : 0.0;
}

double Walk::to_bend() const {
    return next_ < pieces_.size() ? pieces_[next_].length - gone_ : infinity;
}

double Walk::go(double length) {
    double change = 0.0;
    while (next_ < pieces_.size() && length >= to_bend()) {
        change += to_bend() * slope();
        length -= to_bend();
        ++next_;
        gone_ = 0.0;
    }
    gone_ += length;
    return change + (length > 0.0 ? length * slope() : 0.0);
}

double least_difference(const Convex& other, const Convex& under) {
    // The difference is straight between the bends of both, so its least value is at one of them.
    double least = infinity;
    each_bend(other, [&](double place, double value) {
        least = std::min(least, value - under.value(place));
    });
    const double from = other.begin();
    const double to = other.end();
    each_bend(under, [&](double place, double value) {
        if (place >= from && place <= to) {
            least = std::min(least, other.value(place) - value);
        }
    });
    return least;
}

} // namespace longyang::certify
