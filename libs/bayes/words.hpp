// Text to words. Private to bayes.
#pragma once

#include <string>
#include <string_view>

#include "bayes/tokens.hpp"

namespace scop::bayes {

// Adds the words of UTF-8 `text` ; at most `most` of them.
void add_words(Tokens& tokens, std::string_view prefix, std::string_view text, std::size_t most);

// "Ab12-xy" as "Aa9-a": runs of lower case, upper case, digits, each as one character with its length's
// class.
std::string shape_of(std::string_view text);

// A count as one of 0 1 2 3 4-5 6-9 10-19 20-49 50-…: few different tokens.
std::string bucket(std::size_t count);

// The last two labels of a host name, three where the last two are short ("co.uk"); an address as its /16.
std::string domain_of(std::string_view host);

bool is_address_literal(std::string_view host);

}  // namespace scop::bayes
