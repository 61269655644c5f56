#!/usr/bin/env node
// Starts dist, nothing else. CommonJS, because Node starts it 2 ms sooner than a module.
'use strict';

require('./start.js').start().run();
