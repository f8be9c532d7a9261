// Entities: MIME fields, a body, and what both mean.
#pragma once

#include <string>
#include <vector>

#include "corpus/expected.hpp"
#include "corpus/header_fields.hpp"

namespace scop::corpus {

struct Node {
  std::vector<WrittenField> fields;
  std::string body;       // as written
  ExpectedNode expected;  // without the fields
};

// Of a multipart, what a breakage may change.
struct Delimiting {
  bool close = true;           // the last delimiter is there
  bool name_boundary = true;   // the parameter is there
  std::string other_boundary;  // the parameter says this instead
  std::string encoding;        // Content-Transfer-Encoding; empty: none
};

Node make_leaf(Random& random, const Manner& manner);
Node make_node(Random& random, const Manner& manner, std::size_t depth);
Node make_multipart(Random& random, const Manner& manner, std::string_view subtype, std::vector<Node> parts,
                    const Delimiting& delimiting = {});
Node make_embedded(Random& random, const Manner& manner, Node message);
// A field "Name: value" with parameters, as it is given.
WrittenField plain_field(const Manner& manner, std::string name, std::string_view value);

// The node with the fields of a message on top.
Node make_message(Random& random, const Manner& manner, Node node);
// Completes `expected` with the fields.
std::string write_out(Node& node, const Manner& manner);

}  // namespace scop::corpus
